/** Who signed in on this page, as long as it stands: then an ended session need not cost what was typed. */
let subject = '';

export const known = (): string => subject;
export function know(name: string): void {
  subject = name;
}
