import { lifeOfDev } from "./life-of-dev";

lifeOfDev("~> 8.0");
