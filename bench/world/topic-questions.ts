import { EXPECT, type Expected, type HookQuestion } from '../load/request-pool.ts'
import type { Random } from './random.ts'
import { clientIdOf, gidOf, SEATS, uidOf, type World } from './world.ts'

interface Asked {
  readonly user: number
  readonly action: 'publish' | 'subscribe'
  readonly topic: string
  readonly isAllowed: boolean
}

/**
 * One question of a chat at work: four fifths about groups, publish and subscribe in equal shares and
 * nine in ten from members; one fifth direct messages, most of them to contacts. Anybody and any
 * group of the world is as likely as another, so that no cache has an easy life.
 */
export function topicQuestion(world: World, random: Random): HookQuestion {
  const asked = random.below(5) < 4 ? groupQuestion(world, random) : directQuestion(world, random)
  return {
    // The fields and their order are EMQX 5's for the template in `emqx/5/`.
    fields: {
      username: uidOf(asked.user),
      topic: asked.topic,
      retain: 'false',
      qos: '1',
      peerhost: '198.51.100.7',
      mountpoint: '',
      clientid: clientIdOf(world.deviceOf(asked.user, random.below(2))),
      action: asked.action,
    },
    expected: expect(asked.isAllowed),
  }
}

function groupQuestion(world: World, random: Random): Asked {
  const user = random.below(world.size.users)
  const isMember = random.below(10) < 9
  const group = isMember
    ? world.groupOf(user, random.below(SEATS))
    : random.below(world.size.groups)
  if (random.below(2) === 0) {
    const topic = `group/${gidOf(group)}/inbox/${uidOf(user)}`
    const isAllowed = world.mayPublishToGroup(user, group)
    return { user, action: 'publish', topic, isAllowed }
  }
  const isAllowed = world.maySubscribeToGroup(user, group)
  return { user, action: 'subscribe', topic: `group/${gidOf(group)}/#`, isAllowed }
}

function directQuestion(world: World, random: Random): Asked {
  const [recipient, sender] = pair(world, random)
  return {
    user: sender,
    action: 'publish',
    topic: `user/${uidOf(recipient)}/inbox/${uidOf(sender)}`,
    isAllowed: world.mayWriteTo(recipient, sender),
  }
}

/** Seven in ten are contacts, one is blocked, two are strangers. */
function pair({ size, blockedBy }: World, random: Random): readonly [number, number] {
  const relation = random.below(10)
  if (relation < 7) {
    const recipient = random.below(size.contacts)
    return [recipient, (recipient + 1) % size.users]
  }
  if (relation < 8) {
    const recipient = random.below(size.blocks)
    return [recipient, blockedBy(recipient)]
  }
  const recipient = random.below(size.users)
  return [recipient, (recipient + 10 + random.below(size.users - 20)) % size.users]
}

function expect(isAllowed: boolean): Expected {
  return isAllowed ? EXPECT.allow : EXPECT.deny
}
