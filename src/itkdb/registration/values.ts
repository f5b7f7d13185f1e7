import type { Problem } from '../../base/errors.ts';
import type { Json } from '../json.ts';
import type { FieldDefinition } from '../model.ts';
import { isDate } from '../testRuns/testRunCheck.ts';

/** What a person typed, as the value that the database wants; or what is wrong with it. */
export type Typed = { value: Json } | { problem: Problem };

/** By the property's data type. Words of a code table are taken for their code; the code is what is sent. */
export function readTyped(text: string, field: FieldDefinition): Typed {
  const typed = text.trim();
  switch (field.dataType) {
    case 'boolean':
      if (/^(true|t|yes|y|1)$/i.test(typed)) return { value: true };
      if (/^(false|f|no|n|0)$/i.test(typed)) return { value: false };
      return wrong(field, typed, 'yes or no');
    case 'integer':
      return /^[+-]?\d+$/.test(typed) ? { value: Number(typed) } : wrong(field, typed, 'a whole number');
    case 'float': {
      const number = typed === '' ? Number.NaN : Number(typed);
      return Number.isFinite(number) ? { value: number } : wrong(field, typed, 'a number');
    }
    case 'codeTable': {
      const row =
        field.codeTable.find(({ code }) => code === typed) ??
        field.codeTable.find(({ value }) => value.toLowerCase() === typed.toLowerCase());
      const choices = field.codeTable.map(({ code, value }) => `${code} (${value})`).join(', ');
      return row ? { value: row.code } : wrong(field, typed, `one of ${choices}`);
    }
    case 'date':
      return isDate(typed) ? { value: typed } : wrong(field, typed, 'a date such as 2026-01-31');
    default:
      return { value: typed };
  }
}

function wrong(field: FieldDefinition, typed: string, wanted: string): Typed {
  return {
    problem: {
      code: 'E8081',
      what: `${field.code} must be ${wanted}, and is "${typed}".`,
      remedy: 'Correct it.',
    },
  };
}
