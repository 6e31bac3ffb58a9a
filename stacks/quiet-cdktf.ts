import util from "node:util";

/**
 * cdktf asks `util.isArray`, which Node 22 calls deprecated on standard error at each run (DEP0044). Nobody who reads the
 * warning can do anything about it. Loaded before a stack is built.
 */
Object.assign(util, { isArray: Array.isArray });
