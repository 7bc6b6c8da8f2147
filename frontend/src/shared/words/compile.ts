import type { MessageContext } from 'vue-i18n'

/**
 * Makes a message of its text: `{name}` is a value, ` | ` stands between singular and plural.
 *
 * That is all of vue-i18n's syntax that our words use; its own compiler would cost the phone page
 * 5 kB, and reads `@` and `|` in ordinary sentences as commands.
 */
export function compile(text: unknown): (context: MessageContext) => string {
  const forms = String(text).split(' | ')
  return (context) => {
    const form = forms.length > 1 ? String(context.plural(forms)) : String(text)
    return form.replace(/\{(\w+)\}/g, (_brace, name: string) => String(context.named(name)))
  }
}
