import ipaddr from "ipaddr.js";

/**
 * Addresses as Google reads them. Not `values/address-set`, on purpose: what the local cloud lets through has to judge our
 * own set arithmetic, and Google may take spellings that we refuse.
 */
type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** One entry of `allowedIps`: an address or a CIDR range. Undefined if it is neither. */
export function parseAllowedAddress(text: string): readonly [Address, number] | undefined {
  const [host, prefix, ...more] = text.split("/") as [string, string?, ...string[]];
  const address = parseAddress(host);
  if (!address || more.length > 0) {
    return undefined;
  }
  const bits = address.kind() === "ipv4" ? 32 : 128;
  if (prefix === undefined) {
    return [address, bits];
  }
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits ? [address, Number(prefix)] : undefined;
}

/** True if a caller at the address may use a key with these `allowedIps`. */
export function isAllowed(allowed: readonly string[], caller: string): boolean {
  const address = parseAddress(unmapped(caller));
  return address !== undefined && allowed.some((entry) => contains(entry, address));
}

/** Whether the text is one IPv4 or IPv6 address, in full. */
export function isAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}

/** `::ffff:127.0.0.1`, which a dual-stack socket shows, as `127.0.0.1`. */
export function unmapped(text: string): string {
  const address = parseAddress(text);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    return address.toIPv4Address().toString();
  }
  return text;
}

function contains(entry: string, address: Address): boolean {
  const range = parseAllowedAddress(entry);
  return range !== undefined && range[0].kind() === address.kind() && address.match([range[0], range[1]] as never);
}

/** Strict: the library also reads `127.1` and `0x7f000001`, which Google does not. */
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return ipaddr.IPv4.parse(text);
  }
  if (text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text)) {
    return ipaddr.IPv6.parse(text);
  }
  return undefined;
}
