// Version of everything that can change a cycle: in every record and CSV. Raised when any count changes.
export const ENGINE_VERSION = '0.1.0';
