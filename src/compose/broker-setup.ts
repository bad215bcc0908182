import { applySetup } from '../broker/provisioning/apply-setup.ts'
import { renderBroker } from '../broker/provisioning/render.ts'
import { BROKER_FORMS, formOf } from '../broker/provisioning/wishes.ts'
import type { ApplyWish, RenderRequest } from '../cli/doors.ts'
import type { Config } from '../config/config.ts'
import type { RenderedFile, SetupReport } from '../core/ports/provisioning.ts'
import { StartFault } from '../core/start-fault.ts'

/** The files for a broker of this version. Throws `StartFault`. */
export function renderForBroker(
  { late }: Config,
  { version, ...wish }: RenderRequest,
): readonly RenderedFile[] {
  const form = /^\d+\.\d+/.test(version) ? formOf(version) : undefined
  if (form === undefined) {
    throw new StartFault(
      `There are no files for EMQX "${version}": name a version from 4.3 on, such as ${BROKER_FORMS.join(', ')}.`,
    )
  }
  return renderBroker({ ...wish, form, hasAcks: late.isOn })
}

/** Throws `StartFault`. */
export async function applyToBroker(
  { brokerApi, hooks, late }: Config,
  { takes, ...wish }: ApplyWish,
): Promise<SetupReport> {
  if (brokerApi === undefined) {
    throw new StartFault(
      "Say where the broker's management API is and with which key: --url and --key key:secret, or HERALD_EMQX_API_URL, HERALD_EMQX_API_KEY and HERALD_EMQX_API_SECRET.",
    )
  }
  const [secret] = hooks.secrets
  const wishes = { ...wish, hasAcks: late.isOn, ...(secret !== undefined && { secret }) }
  return applySetup({ access: brokerApi, wishes, takes })
}
