import { TABLE } from "./import-rules";

/** Folders and files of the program that a run needs, besides the configuration and the packages. */
export const PROGRAM_FILES: readonly string[] = [
  "cli",
  ...TABLE["cli"]!.folders,
  "main.ts",
  "register.js",
  "package-lock.json",
  "tsconfig.json",
];
