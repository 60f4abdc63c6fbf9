#include "models/base/random.hpp"

#include <bit>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

// Rotation constants and key-schedule parity of Threefry-2x32 (Salmon et al. 2011, table 2).
constexpr std::array<int, 8> kRotations = {13, 15, 26, 6, 17, 29, 16, 24};
constexpr std::uint32_t kParity = 0x1BD11BDA;
constexpr int kRounds = 20;

// FNV-1a, 32 bits: a name becomes half of the key.
std::uint32_t hash_name(std::string_view name) {
  std::uint32_t hash = 0x811C9DC5U;
  for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x01000193U;
  return hash;
}

}  // namespace

std::array<std::uint32_t, 2> threefry2x32(std::array<std::uint32_t, 2> counter,
                                          std::array<std::uint32_t, 2> key) {
  const std::array<std::uint32_t, 3> schedule = {key[0], key[1], kParity ^ key[0] ^ key[1]};
  std::uint32_t x = counter[0] + schedule[0];
  std::uint32_t y = counter[1] + schedule[1];
  for (int round = 0; round < kRounds; ++round) {
    x += y;
    y = std::rotl(y, kRotations[static_cast<std::size_t>(round) % kRotations.size()]) ^ x;
    if (round % 4 == 3) {
      const auto injection = static_cast<std::uint32_t>(round / 4 + 1);
      x += schedule[injection % 3];
      y += schedule[(injection + 1) % 3] + injection;
    }
  }
  return {x, y};
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
  const auto words = threefry2x32({identity, step}, key_);
  const std::uint64_t low = (std::uint64_t{words[1]} * bound) >> 32;
  return static_cast<std::uint32_t>((std::uint64_t{words[0]} * bound + low) >> 32);
}

double RandomStream::unit(std::uint32_t identity, std::uint32_t step) const {
  return bits(identity, step) * 0x1p-32;
}

}  // namespace spikeloom
