// Pure: what is wrong with a page of HTML, by a validator.
import { HtmlValidate } from 'html-validate/browser';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-trailing-whitespace': 'off',
    // For readers without scripts, while a song is being made.
    'meta-refresh': 'off',
    // Titles are as long as their songs’ are.
    'long-title': 'off',
  },
});

export async function faultsOf(page: string): Promise<string[]> {
  const { results } = await validator.validateString(page);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, line, message }) => `${line}: ${ruleId}: ${message}`),
  );
}
