#pragma once
// Synthetic traffic: which node sends how often and where to, in the definitions of Dally and
// Towles, "Principles and Practices of Interconnection Networks" (2004), section 3.2.

#include <optional>
#include <string>
#include <vector>

#include "models/base/random.hpp"
#include "models/chip/chip.hpp"
#include "sim/noc/noc_network.hpp"

namespace spikeloom::noc {

/// Where packets go. With b bits a node number, s = y * width + x:
enum class Pattern {
  Uniform,        ///< any node, itself included, all alike
  Transpose,      ///< (x, y) to (y, x); square chips
  BitComplement,  ///< bit i of the destination is not bit i of s
  BitReversal,    ///< bit i of the destination is bit b - 1 - i of s
  Tornado,        ///< on both axes ceil(k / 2) - 1 on, modulo k, of k tiles
  Shuffle,        ///< bit i of the destination is bit i - 1 of s, modulo b
  Neighbour,      ///< on both axes one on, modulo k
  Hotspot,        ///< one packet in ten to the tile in the middle, the others uniform
  Multicast       ///< every packet of a node to the same four nodes, drawn once
};

/// "uniform", "transpose", ..., in the order of Pattern.
const std::vector<std::string>& pattern_names();
const std::string& name_of(Pattern pattern);
/// Throws InputError with the known names.
Pattern pattern_of(const std::string& name);

/// The key that names `node`: y above the bits of x, so that rows and columns share bits.
std::uint32_t key_of(const Chip& chip, std::uint32_t node);
/// Bits of all those keys.
std::uint32_t key_bits(const Chip& chip);

/// Throws InputError unless it is a rate: above 0 and at most 1 packet per node and cycle.
void check_offered(double offered);

/// Nodes are tiles with a core that works. Every node makes a packet in a cycle with a fixed
/// probability, independently of all else (Bernoulli). Gaps and destinations are pure functions of
/// (seed, node, packet's number).
class Traffic {
 public:
  /// `offered` as check_offered() wants it. Throws InputError, also if the pattern is not defined
  /// on the chip's tiles.
  Traffic(const Chip& chip, Pattern pattern, double offered, Seed seed);

  /// How far the packets of a node have been made.
  struct Cursor {
    std::uint32_t packets = 0;
    Cycle from = 0;  ///< the first cycle in which the next one may be made
  };
  /// The nodes' tiles, ascending.
  const std::vector<std::uint32_t>& nodes() const { return nodes_; }
  /// The next packet of `node`. Its key is that of a destination, or of a source's tree.
  Creation next(std::uint32_t node, Cursor& cursor) const;

  /// Whether `from` ever sends to `to` by a key that names `to`.
  bool sends(std::uint32_t from, std::uint32_t to) const {
    return fixed_.empty() || fixed_[from] == to;
  }
  /// Nodes that every packet reaches.
  std::uint32_t copies() const { return pattern_ == Pattern::Multicast ? kMulticastCopies : 1; }
  /// Keys name a source if copies() > 1, a destination otherwise.
  bool is_multicast() const { return pattern_ == Pattern::Multicast; }
  /// Of a multicast source: its nodes, all different.
  const std::vector<std::uint32_t>& group(std::uint32_t source) const { return groups_[source]; }

 private:
  static constexpr std::uint32_t kMulticastCopies = 4;

  std::uint32_t gap(std::uint32_t node, std::uint32_t packet) const;
  std::uint32_t addressed(std::uint32_t node, std::uint32_t packet) const;
  void find_nodes(const Chip& chip);
  void draw_groups(Seed seed);

  Pattern pattern_;
  std::uint32_t hot_node_;
  double log_of_none_;                // of the probability of no packet in a cycle
  std::vector<std::uint32_t> nodes_;  // their tiles
  // Per tile:
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> fixed_;                // of a permutation: the destination
  std::vector<std::vector<std::uint32_t>> groups_;  // of multicast
  RandomStream gap_, destination_, hot_;
};

}  // namespace spikeloom::noc
