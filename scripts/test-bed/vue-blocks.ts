// Components of Vue in Markdown, as TypeScript.
import { compileScript, parse } from 'vue/compiler-sfc'

/**
 * Compiles a component as Vite's plugin does: the template becomes a part of its `setup`, so that TypeScript checks what it uses.
 *
 * @throws when the component does not parse or compile, or its template uses a name that its script does not have
 */
export function compileVue(source: string): string {
  const { descriptor, errors } = parse(source)
  if (errors[0]) throw errors[0]
  const { content } = compileScript(descriptor, { id: 'block', inlineTemplate: true })
  // How a template reaches what its script does not know.
  const [, unknown] = /_ctx\.(\w+)/.exec(content) ?? []
  if (unknown) throw new Error(`the template uses ${unknown}, which its script does not have`)
  return content
}
