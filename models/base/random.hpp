#pragma once
// Counter-based random numbers: a number is a pure function of (seed, purpose, identity, step), so
// it is the same in every engine, in any order, on any number of threads or processes.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace spikeloom {

/// Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011). Additions, rotations and exclusive-ors only, so hardware can compute it.
std::array<std::uint32_t, 2> threefry2x32(std::array<std::uint32_t, 2> counter,
                                          std::array<std::uint32_t, 2> key);

/// The root of all randomness of a run. It has no default: the experiment states it.
class Seed {
 public:
  explicit constexpr Seed(std::uint32_t value) : value_(value) {}
  constexpr std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_;
};

/// All numbers of one named purpose ("random_network.weight", "place.anneal", ...).
class RandomStream {
 public:
  RandomStream(Seed seed, std::string_view purpose);

  /// 32 uniform random bits for (identity, step).
  std::uint32_t bits(std::uint32_t identity, std::uint32_t step) const;
  /// Uniform integer in [0, bound), bound >= 1, without bias beyond 2^-32 (multiply-high of 64
  /// random bits). The two words of one Threefry call are used.
  std::uint32_t below(std::uint32_t bound, std::uint32_t identity, std::uint32_t step) const;
  /// The same for steps first_step, first_step + 1, ..., one per element: several times as fast.
  void bits_each(std::uint32_t identity,
                 std::uint32_t first_step,
                 std::span<std::uint32_t> results) const;
  void below_each(std::uint32_t bound,
                  std::uint32_t identity,
                  std::uint32_t first_step,
                  std::span<std::uint32_t> results) const;
  /// Uniform in [0, 1) on a grid of 2^-32.
  double unit(std::uint32_t identity, std::uint32_t step) const;

 private:
  std::array<std::uint32_t, 2> key_;
};

}  // namespace spikeloom
