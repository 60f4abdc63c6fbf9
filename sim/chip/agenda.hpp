#pragma once
// When which block must be looked at again. It carries no results: a block that is woken too often
// finds nothing to do, so sleeping blocks cost nothing and change nothing.

#include <array>
#include <bit>
#include <queue>
#include <utility>
#include <vector>

#include "sim/chip/packet.hpp"

namespace spikeloom::chip_sim {

/// A block of the chip: tile * blocks per tile + place in the tile.
using BlockId = std::uint32_t;
/// Numbers the blocks of a chip; in a tile: router, io, then the cores.
struct BlockNumbers {
  std::uint32_t cores_per_tile = 1;

  static constexpr std::uint32_t kRouter = 0, kIo = 1, kFirstCore = 2;
  std::uint32_t per_tile() const { return kFirstCore + cores_per_tile; }
  BlockId router(std::uint32_t tile) const { return tile * per_tile() + kRouter; }
  BlockId io(std::uint32_t tile) const { return tile * per_tile() + kIo; }
  BlockId core(std::uint32_t tile, std::uint32_t slot) const {
    return tile * per_tile() + kFirstCore + slot;
  }
};

/// A timing wheel over the near future and a heap over the far one. Each block has at most one
/// pending wake-up, the earliest asked for: when it comes, the block asks for its next one.
class Agenda {
 public:
  explicit Agenda(std::size_t blocks)
      : pending_(blocks, kNever), words_((blocks + 63) / 64), wheel_(kSlots * words_) {}

  /// `block` must be evaluated in `cycle`, which is not before the agenda's present.
  void wake(BlockId block, Cycle cycle) {
    if (cycle < pending_[block]) enter(block, cycle);
  }
  /// The earliest cycle with an entry, or kNever. Entries that were overtaken count.
  Cycle next() const;
  /// Moves the present to `now` and calls visit(block) for each block due then, in ascending order
  /// but for those that waited on the heap.
  /// No entry lies between the old present and `now`.
  template <typename Visit>
  void take(Cycle now, Visit visit);
  /// Forgets everything pending and moves the present to `now`.
  void clear(Cycle now);

 private:
  static constexpr std::uint32_t kSlots = 256;
  struct Far {
    Cycle cycle;
    BlockId block;
    bool operator>(const Far& other) const { return cycle > other.cycle; }
  };

  void enter(BlockId block, Cycle cycle);
  /// Empties a slot of the wheel, calling visit(block) for each block in it.
  template <typename Visit>
  void empty(std::uint32_t slot, Visit visit);
  template <typename Visit>
  void settle(BlockId block, Cycle now, Visit visit) {
    if (pending_[block] != now) return;
    pending_[block] = kNever;
    visit(block);
  }
  void mark(std::uint32_t slot) { used_[slot / 64] |= std::uint64_t{1} << slot % 64; }
  void unmark(std::uint32_t slot) { used_[slot / 64] &= ~(std::uint64_t{1} << slot % 64); }

  Cycle now_ = 0;
  std::vector<Cycle> pending_;                     // per block
  std::size_t words_;                              // of a slot of the wheel
  std::vector<std::uint64_t> wheel_;               // per slot a bit per block
  std::array<std::uint64_t, kSlots / 64> used_{};  // a bit per slot that has entries
  std::priority_queue<Far, std::vector<Far>, std::greater<>> far_;
};

template <typename Visit>
void Agenda::empty(std::uint32_t slot, Visit visit) {
  std::uint64_t* const words = &wheel_[slot * words_];
  for (std::uint32_t word = 0; word < words_; ++word)
    for (std::uint64_t bits = std::exchange(words[word], 0); bits != 0; bits &= bits - 1)
      visit(word * 64 + static_cast<BlockId>(std::countr_zero(bits)));
  unmark(slot);
}

template <typename Visit>
void Agenda::take(Cycle now, Visit visit) {
  now_ = now;
  empty(static_cast<std::uint32_t>(now % kSlots),
        [&](BlockId block) { settle(block, now, visit); });
  while (!far_.empty() && far_.top().cycle <= now) {
    const BlockId block = far_.top().block;
    far_.pop();
    settle(block, now, visit);
  }
}

}  // namespace spikeloom::chip_sim
