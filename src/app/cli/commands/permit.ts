import type { Command } from 'commander'
import { asOption, type HubOptions, hubOption, jsonOption } from '../options.ts'
import { voice } from '../terminal.ts'

type Acting = HubOptions & { readonly as: string }

export function permit(program: Command): void {
  const group = program
    .command('permit')
    .description('the signed document from which extract, space and checks follow')

  group
    .command('draft')
    .description('write a draft for a study, ready to be read and amended')
    .argument('[study]', 'which study', 'dromos')
    .addOption(hubOption())
    .requiredOption('--user <name...>', 'who may open the space')
    .requiredOption('--until <date>', 'last day of the permit (YYYY-MM-DD)')
    .option('--from <date>', 'first day (default: today)')
    .option('--id <id>', 'name of the permit')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon permit draft dromos --user "Camille Leroux" --until 2026-12-31',
    )
    .action(
      async (
        studyId: string,
        options: HubOptions & { user: string[]; until: string; from?: string; id?: string },
      ) => {
        const { openHub, withLock } = await import('../../../store/index.ts')
        const { draftPermit, newestRelease, writeDraft } = await import('../../../permits/index.ts')
        const { dataWindow } = await import('../../../spaces/index.ts')
        const { studyNamed } = await import('../../chain/run-study.ts')
        const { say, end } = voice(options)
        const hub = await openHub(options.hub)
        const study = studyNamed(studyId)
        const release = await newestRelease(hub)
        const period = await dataWindow(hub, release.version)
        const drafted = draftPermit(release, study, {
          ...(period ? { period } : {}),
          users: options.user,
          from: options.from ?? hub.today(),
          until: options.until,
          ...(options.id === undefined ? {} : { id: options.id }),
        })
        const path = await withLock(hub, 'permit draft', () => writeDraft(hub, drafted))
        say(`${path}\nRead it, amend it, then: chainon permit sign ${drafted.id} --as SIGNER`)
        end({ permit: drafted.id, draft: path })
      },
    )

  group
    .command('sign')
    .description('sign a draft with the key of a signer of this hub')
    .argument('<id>', 'the permit')
    .addOption(hubOption())
    .addOption(asOption())
    .option('--create-signer', 'make the signer’s key first and list it in chainon.yaml')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon permit sign dromos --as "Access committee"')
    .action(async (id: string, options: Acting & { createSigner?: true }) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { createSigner, signPermit } = await import('../../../permits/index.ts')
      const { spawnRole } = await import('../../../identity/index.ts')
      const { say, end } = voice(options)
      const opened = await openHub(options.hub)
      await withLock(opened, 'permit sign', async () => {
        const hub = options.createSigner ? await createSigner(opened, options.as, spawnRole) : opened
        const signed = await signPermit(hub, id, options.as, spawnRole)
        say(`${id} is signed by ${signed.signature.signer}. Next: chainon space open ${id} --as USER`)
        end({ permit: id, signer: signed.signature.signer })
      })
    })

  group
    .command('show')
    .description('say in words what a permit allows')
    .argument('<id>', 'the permit')
    .addOption(hubOption())
    .option('--locale <fr|en>', 'language')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  chainon permit show dromos --locale en')
    .action(async (id: string, options: HubOptions & { locale?: 'fr' | 'en' }) => {
      const { openHub } = await import('../../../store/index.ts')
      const { readPermit, showPermit, verifyPermit } = await import('../../../permits/index.ts')
      const { say, end } = voice(options)
      const hub = await openHub(options.hub)
      const { permit: body, signer } = await readPermit(hub, id)
      say(showPermit(body, options.locale ?? hub.config.locale, signer))
      end({ permit: body, signer: signer ?? null, denials: await verifyPermit(hub, id) })
    })

  group
    .command('revoke')
    .description('take a permit back for good: it opens nothing any more')
    .argument('<id>', 'the permit')
    .addOption(hubOption())
    .addOption(asOption())
    .requiredOption('--reason <text>', 'why')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  chainon permit revoke dromos --as "Access committee" --reason "end of the study"',
    )
    .action(async (id: string, options: Acting & { reason: string }) => {
      const { openHub, withLock } = await import('../../../store/index.ts')
      const { revokePermit } = await import('../../../permits/index.ts')
      const { say, end } = voice(options)
      const hub = await openHub(options.hub)
      await withLock(hub, 'permit revoke', () => revokePermit(hub, id, options.as, options.reason))
      say(`${id} is revoked. Close its space: chainon space close ${id} --as NAME`)
      end({ permit: id, revoked: true })
    })
}
