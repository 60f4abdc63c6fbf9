#include "models/base/random.hpp"

#include <bit>
#include <utility>

#include "models/base/error.hpp"
#include "models/base/vector_clones.hpp"

namespace spikeloom {
namespace {

// Rotation constants and key-schedule parity of Threefry-2x32 (Salmon et al. 2011, table 2).
constexpr std::array<int, 8> kRotations = {13, 15, 26, 6, 17, 29, 16, 24};
constexpr std::uint32_t kParity = 0x1BD11BDA;
constexpr std::size_t kRounds = 20;

// FNV-1a, 32 bits: a name becomes half of the key.
std::uint32_t hash_name(std::string_view name) {
  std::uint32_t hash = 0x811C9DC5U;
  for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x01000193U;
  return hash;
}

struct Block {
  std::uint32_t x, y;
};

using Schedule = std::array<std::uint32_t, 3>;

template <std::size_t kRound>
[[gnu::always_inline]] inline void mix(Block& block, const Schedule& schedule) {
  block.x += block.y;
  block.y = std::rotl(block.y, kRotations[kRound % kRotations.size()]) ^ block.x;
  if constexpr (kRound % 4 == 3) {
    constexpr auto injection = static_cast<std::uint32_t>(kRound / 4 + 1);
    block.x += schedule[injection % 3];
    block.y += schedule[(injection + 1) % 3] + injection;
  }
}

// Forced into its callers, rounds unrolled: so loops over counters become vectors.
[[gnu::always_inline]] inline Block rounds_of(Block block, const Schedule& schedule) {
  block.x += schedule[0];
  block.y += schedule[1];
  [&]<std::size_t... kRound>(std::index_sequence<kRound...>) __attribute__((always_inline)) {
    (mix<kRound>(block, schedule), ...);
  }
  (std::make_index_sequence<kRounds>());
  return block;
}

Schedule schedule_of(std::array<std::uint32_t, 2> key) {
  return {key[0], key[1], kParity ^ key[0] ^ key[1]};
}

// Multiply-high of 64 random bits.
[[gnu::always_inline]] inline std::uint32_t scaled(Block words, std::uint32_t bound) {
  const std::uint64_t low = (std::uint64_t{words.y} * bound) >> 32;
  return static_cast<std::uint32_t>((std::uint64_t{words.x} * bound + low) >> 32);
}

}  // namespace

std::array<std::uint32_t, 2> threefry2x32(std::array<std::uint32_t, 2> counter,
                                          std::array<std::uint32_t, 2> key) {
  const Block block = rounds_of({counter[0], counter[1]}, schedule_of(key));
  return {block.x, block.y};
}

RandomStream::RandomStream(Seed seed, std::string_view purpose)
    : key_{seed.value(), hash_name(purpose)} {}

std::uint32_t RandomStream::bits(std::uint32_t identity, std::uint32_t step) const {
  return threefry2x32({identity, step}, key_)[0];
}

std::uint32_t RandomStream::below(std::uint32_t bound,
                                  std::uint32_t identity,
                                  std::uint32_t step) const {
  SPIKELOOM_CHECK(bound >= 1, "a random draw has at least one outcome");
  return scaled(rounds_of({identity, step}, schedule_of(key_)), bound);
}

SPIKELOOM_VECTOR_CLONES
void RandomStream::bits_each(std::uint32_t identity,
                             std::uint32_t first_step,
                             std::span<std::uint32_t> results) const {
  const Schedule schedule = schedule_of(key_);
  std::uint32_t* const out = results.data();
  const std::size_t count = results.size();
  for (std::size_t i = 0; i < count; ++i)
    out[i] = rounds_of({identity, first_step + static_cast<std::uint32_t>(i)}, schedule).x;
}

SPIKELOOM_VECTOR_CLONES
void RandomStream::below_each(std::uint32_t bound,
                              std::uint32_t identity,
                              std::uint32_t first_step,
                              std::span<std::uint32_t> results) const {
  SPIKELOOM_CHECK(bound >= 1, "a random draw has at least one outcome");
  const Schedule schedule = schedule_of(key_);
  std::uint32_t* const out = results.data();
  const std::size_t count = results.size();
  for (std::size_t i = 0; i < count; ++i)
    out[i] =
        scaled(rounds_of({identity, first_step + static_cast<std::uint32_t>(i)}, schedule), bound);
}

double RandomStream::unit(std::uint32_t identity, std::uint32_t step) const {
  return bits(identity, step) * 0x1p-32;
}

}  // namespace spikeloom
