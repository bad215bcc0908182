/** `p`: the providers that have open deliveries, each found by one step through their index. */
export const OPEN_PROVIDERS = `
with recursive step (provider) as (
  select min(provider) from deliveries where state in ('queued', 'claimed')
  union all
  select (select min(d.provider) from deliveries d
    where d.state in ('queued', 'claimed') and d.provider > step.provider)
  from step where step.provider is not null
), p as (
  select provider from step where provider is not null
)`
