const told = new Set<string>();

/**
 * Warns of options that take the place of another client's and are none: it
 * ignores them, so an app that changes its import must go on working. Once for each.
 */
export function warnOfUnknown(entry: string, options: object = {}, known: object = {}): void {
  for (const name of Object.keys(options)) {
    const text = `websocket-reconnect/${entry}: there is no option ${name}; it is ignored`;
    if (name in known || told.has(text)) continue;
    told.add(text);
    console.warn(text);
  }
}
