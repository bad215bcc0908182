import { applySetup } from '../broker/provisioning/apply-setup.ts'
import { renderBroker } from '../broker/provisioning/render.ts'
import { BROKER_FORMS } from '../broker/provisioning/wishes.ts'
import type { ApplyRequest, RenderRequest } from '../cli/doors.ts'
import type { Config } from '../config/config.ts'
import type { BrokerAccess, RenderedFile, SetupReport } from '../core/ports/provisioning.ts'
import { StartFault } from '../core/start-fault.ts'

/** The files for one of the forms that there are. */
export function renderFor({ form, ...wishes }: RenderRequest): readonly RenderedFile[] {
  const known = BROKER_FORMS.find((one) => one === form)
  if (known === undefined) {
    throw new StartFault(`There is no form ${form}, only: ${BROKER_FORMS.join(', ')}.`)
  }
  return renderBroker({ form: known, ...wishes })
}

/** Brings the configured broker to what the configured Herald needs. */
export function applyTo(
  config: Config,
  { heraldUrl = ownUrl(config), choices, takes }: ApplyRequest,
): Promise<SetupReport> {
  const access = accessOf(config)
  if (access === undefined) {
    throw new StartFault(
      'The broker is not named: set HERALD_EMQX_API_URL, HERALD_EMQX_API_KEY and HERALD_EMQX_API_SECRET, or give --url, --key and --secret-file.',
    )
  }
  // The first one is what Herald would have the broker use from now on.
  const [secret] = config.hooks.secrets
  const wishes = { heraldUrl, ...choices, ...(secret !== undefined && { secret }) }
  return applySetup({ access, wishes, takes })
}

export function accessOf({ brokerApi }: Config): BrokerAccess | undefined {
  return brokerApi && { url: brokerApi.url, key: brokerApi.key, secret: brokerApi.secret }
}

/** Only a loopback address is one by which another program surely reaches us. */
function ownUrl({ http }: Config): string {
  if (/^(127\.|localhost$)/.test(http.host)) return `http://${http.host}:${http.port}`
  throw new StartFault(
    'Where the broker reaches Herald is not known: say so by --herald-url, such as http://herald:8080.',
  )
}
