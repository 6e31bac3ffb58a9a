/** Reads of a key's string, which Google does not log unless asked. */
export const READS = [
  { service: "apikeys.googleapis.com", logType: "ADMIN_READ", what: "who reads the string of a key" },
  { service: "secretmanager.googleapis.com", logType: "DATA_READ", what: "who reads a secret" },
] as const;
