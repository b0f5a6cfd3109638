/**
 * Takes the place of `string-width` in the programs: their help is plain ASCII, and the tables of emoji and of
 * wide characters take several milliseconds at each start.
 *
 * @param {string} text
 */
export default (text) => text.length;
