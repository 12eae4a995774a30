import { createKeys } from '../../identity/index.ts'
import { type Hub, initHub, type InitOptions, record } from '../../store/index.ts'

/** Makes a hub folder, the keys of its roles and the first line of its journal. @throws as `initHub` */
export async function makeHub(dir: string, options: InitOptions): Promise<Hub> {
  const hub = await initHub(dir, options)
  await createKeys(hub.path('trusted'), hub.config.seed)
  await record(hub, {
    who: 'operator',
    act: 'hub/init',
    subject: hub.config.synthetic ? 'synthetic' : 'real',
  })
  return hub
}
