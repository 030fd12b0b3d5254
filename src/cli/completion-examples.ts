/** How a shell gets its completion script. */

export const COMPLETION_EXAMPLES = `
Examples:
  source <(murmur completion bash)                                   for this shell
  murmur completion zsh > ~/.murmur.zsh                              and source it in ~/.zshrc
  murmur completion fish > ~/.config/fish/completions/murmur.fish
`
