import {
  type ColumnName,
  plainWords,
  type Quantity,
  quantities,
  splitUnit,
  type ToOurUnit,
  toOurUnit,
} from '../quantities.ts';

/** What a column title means: a quantity of ours and how to come to its unit; or why it is kept under its own name. */
export interface ColumnNaming {
  columnOf(title: string): { name: ColumnName; toOurs: ToOurUnit } | { warning: string };
}

/** A title that a site uses and nobody else knows. */
export interface SiteColumn {
  title: string;
  quantity: Quantity;
  toOurs: ToOurUnit;
}

const byAlias = new Map(quantities.flatMap((q) => q.aliases.map((alias) => [alias, q] as const)));

/** The common names, and a site's own, which win. Titles repeat from file to file, so each is looked up once. */
export function columnNaming(site: readonly SiteColumn[] = []): ColumnNaming {
  const known = new Map<string, ReturnType<ColumnNaming['columnOf']>>();
  for (const { title, quantity, toOurs } of site) known.set(title, { name: quantity.name, toOurs });
  return {
    columnOf(title) {
      const found = known.get(title) ?? meaning(title);
      // Files of strangers may hold any number of titles; the common ones come first.
      if (known.size < 10_000) known.set(title, found);
      return found;
    },
  };
}

function meaning(title: string): ReturnType<ColumnNaming['columnOf']> {
  const { words, unit } = splitUnit(title);
  const quantity = byAlias.get(plainWords(words));
  if (!quantity) return { warning: `The column "${title}" is not known; it is kept under its own name.` };
  const toOurs = toOurUnit(quantity.unit, unit);
  if (!toOurs)
    return {
      warning: `The unit of the column "${title}" is not known; the column is kept under its own name.`,
    };
  return { name: quantity.name, toOurs };
}
