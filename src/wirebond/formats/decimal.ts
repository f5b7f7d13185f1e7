/**
 * A decimal number with a point or a comma. Undefined for anything else, numbers with thousands separators included:
 * `1.234,5` and `1,234.5` mean the same to nobody.
 */
export function parseDecimal(text: string): number | undefined {
  const bare = text.trim();
  if (!/^[+-]?\d+(?:[.,]\d+)?$/.test(bare)) return undefined;
  return Number(bare.replace(',', '.'));
}
