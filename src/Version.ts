/** The version of client, service and API document: the one in package.json, which a test compares. */
export const version = "0.2.0"
