import { redraw, startEnvironments } from "./environments";
import { startFilters } from "./filters";
import { onHidden, startKeys } from "./keys";
import { startPrint } from "./print";
import { startTheme } from "./theme";

document.documentElement.classList.add("script");
startTheme();
startKeys();
startFilters(onHidden, redraw);
startEnvironments();
startPrint();
// For the benchmark: from here on everything answers.
performance.mark("gemkeys-ready");
