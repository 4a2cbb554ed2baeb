/** Text inside pages: nothing that a name, a label or a formula holds is ever taken for markup. */
export function escapedHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
