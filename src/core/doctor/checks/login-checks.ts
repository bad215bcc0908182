import { APPLY, APPLY_ALL, brokerCheck, type Check, finding, WELL } from '../check.ts'
import { heraldAt } from '../gates.ts'

export const LOGIN_CHECKS: readonly Check[] = [
  brokerCheck('anonymous', 'Does every client have to log in?', ({ authenticators }) =>
    authenticators.some(({ isOn }) => isOn)
      ? WELL
      : finding('The broker has no authenticator, so everybody may connect as anybody.', APPLY),
  ),
  brokerCheck('login-asked', 'Is Herald asked about logins?', ({ authenticators }) =>
    heraldAt(authenticators) >= 0 || !authenticators.some(({ isOn }) => isOn)
      ? WELL
      : finding('No authenticator that is on asks Herald who may log in.', APPLY),
  ),
  brokerCheck('login-first', 'Is Herald the first to be asked?', ({ authenticators }) => {
    const others = authenticators.slice(0, Math.max(0, heraldAt(authenticators)))
    return others
      .filter(({ isOn }) => isOn)
      .flatMap(({ name }) =>
        finding(
          `The authenticator ${name} is asked before Herald, and lets in whom it knows.`,
          APPLY_ALL,
        ),
      )
  }),
  brokerCheck('login-last', 'Is nobody asked after Herald?', ({ authenticators }, { herald }) => {
    const at = heraldAt(authenticators)
    // Who leaves strangers to the next one wants a next one.
    if (at < 0 || herald.strangers === 'ignore') return WELL
    return authenticators
      .slice(at + 1)
      .filter(({ isOn }) => isOn)
      .flatMap(({ name }) =>
        finding(
          `The authenticator ${name} decides whenever Herald does not answer in time.`,
          `${APPLY_ALL} If it is to let in users whom Herald does not know, set HERALD_STRANGERS=ignore.`,
        ),
      )
  }),
]
