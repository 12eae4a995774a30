/** What stands on everything that is made from invented data, in both languages. */
export const both = 'Invented data / données inventées'
