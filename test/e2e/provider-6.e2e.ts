import { lifeOfDev } from "./life-of-dev";

lifeOfDev("6.50.0");
