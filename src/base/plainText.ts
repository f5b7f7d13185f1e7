/**
 * What a person or a site's own check wrote, without what would clear or rewrite a terminal that shows it. No word is
 * lost: Node's stripVTControlCharacters takes all up to the next bell for one sequence.
 */
export function plainText(text: string): string {
  return text.replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, '').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}
