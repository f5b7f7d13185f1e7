// What packages would have every start of a program do, and hardly any needs.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A part of undici instead of the whole. */
export const partOfUndici = {
  name: 'part-of-undici',
  setup({ onResolve }) {
    const part = fileURLToPath(new URL('undici.mjs', import.meta.url));
    onResolve({ filter: /^undici$/ }, () => ({ path: part }));
  },
};

/**
 * yargs imports what measures emoji, in whose place plain text never comes: 30 ms for the tables of Unicode. They are
 * made when a text asks for them.
 */
export const emojiWhenAsked = {
  name: 'emoji-when-asked',
  setup({ onLoad }) {
    onLoad({ filter: /\/string-width\/index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replace(
          'const segmenter = new Intl.Segmenter();',
          'let itsSegmenter; const segmenter = { segment: (text) => (itsSegmenter ??= new Intl.Segmenter()).segment(text) };',
        )
        .replace(
          'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
          'let itsEmoji; const rgiEmojiRegex = { test: (text) => (itsEmoji ??= /^\\p{RGI_Emoji}$/v).test(text) };',
        );
      const [made, asked] = [/^const .*(?:new Intl\.Segmenter|RGI_Emoji)/m, /itsSegmenter/];
      if (made.test(contents) || !asked.test(contents))
        throw new Error(`${path} is another than this knows: see build/lightStart.mjs`);
      return { contents };
    });
  },
};
