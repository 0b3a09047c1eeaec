/** What is looked for in the register; kept while other panels are open. */
export const filters = $state({ text: '', kind: '', state: '', base: '' });
