import { en, type Strings } from './en.ts';

/** A translation may be incomplete: what it lacks is English. */
type Translation = {
  [Section in keyof Strings]?: Strings[Section] extends string ? string : Partial<Strings[Section]>;
};

const translations: Readonly<Record<string, Translation>> = { en };

/** The texts in a language, by its two letters. */
export function stringsIn(language: string): Strings {
  const translation = translations[language] ?? {};
  const sections = Object.entries(en).map(([name, texts]) => {
    const translated = translation[name as keyof Strings];
    return [
      name,
      typeof texts === 'string' ? (translated ?? texts) : { ...texts, ...(translated as object) },
    ];
  });
  return Object.fromEntries(sections) as Strings;
}
