import { lifeOfDev } from "./life-of-dev";

lifeOfDev("~> 7.45");
