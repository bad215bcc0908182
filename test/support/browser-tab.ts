import type { DevTools } from '../../demo/browser/devtools.ts'

/** A page in a browser, as a person has it before them. */
export interface BrowserTab {
  /** Resolves when the expression, in the page, is truthy: at once, or after a change of the page. */
  until(expression: string): Promise<unknown>
  /** What an expression comes to, in the page. */
  evaluate(expression: string): Promise<unknown>
}

export async function openTab(devTools: DevTools, url: string): Promise<BrowserTab> {
  const { targetId } = await devTools.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: true })
  await devTools.send('Page.enable', {}, sessionId)
  const loaded = devTools.event((event) =>
    event.method === 'Page.loadEventFired' && event.sessionId === sessionId ? event : undefined,
  )
  await devTools.send('Page.navigate', { url }, sessionId)
  await loaded

  async function evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await devTools.send(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true },
      sessionId,
    )
    if (exceptionDetails === undefined) return result?.value
    throw new Error(exceptionDetails.exception?.description ?? 'the page threw')
  }

  return { evaluate, until: (expression) => evaluate(watching(expression)) }
}

/** The page says itself when it has changed. */
function watching(expression: string): string {
  return `new Promise((resolve) => {
    const look = () => {
      const found = ${expression}
      if (!found) return
      observer.disconnect()
      resolve(found)
    }
    const observer = new MutationObserver(look)
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    look()
  })`
}
