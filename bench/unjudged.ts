import { PolicyCheck } from "../stacks/policy-check";

// main.ts as it would be without policies, to compare with.
PolicyCheck.prototype.watch = () => {};
require("../main");
