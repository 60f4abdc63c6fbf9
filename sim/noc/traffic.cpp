#include "sim/noc/traffic.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "models/base/error.hpp"
#include "models/base/json_reader.hpp"
#include "models/base/text.hpp"

namespace spikeloom::noc {
namespace {

constexpr double kHotFraction = 0.1;  // of the packets, beside the uniform ones that it gets

std::uint32_t bits_for(std::uint32_t count) {
  return static_cast<std::uint32_t>(std::bit_width(count - 1));
}

bool needs_bits(Pattern pattern) {
  return pattern == Pattern::BitComplement || pattern == Pattern::BitReversal ||
         pattern == Pattern::Shuffle;
}

[[noreturn]] void refuse(Pattern pattern,
                         const Chip& chip,
                         const std::string& need,
                         const std::string& more = "") {
  throw InputError("",
                   "",
                   "pattern " + name_of(pattern) + " needs " + need + "; the chip has " +
                       std::to_string(chip.topology.width) + " x " +
                       std::to_string(chip.topology.height) + " tiles" +
                       (more.empty() ? "" : ", " + more));
}

/// Patterns that give every tile its part.
bool needs_all(Pattern pattern) {
  return pattern != Pattern::Uniform && pattern != Pattern::Multicast;
}

void check_defined(Pattern pattern, const Chip& chip, std::size_t nodes, std::uint32_t copies) {
  if (needs_all(pattern) && nodes < chip.tile_count())
    refuse(pattern, chip, "a working core on every tile", std::to_string(nodes) + " with one");
  if (needs_bits(pattern) && !std::has_single_bit(chip.tile_count()))
    refuse(pattern, chip, "a power of two of tiles");
  if (pattern == Pattern::Transpose && chip.topology.width != chip.topology.height)
    refuse(pattern, chip, "as many columns as rows");
  if (nodes < copies) refuse(pattern, chip, "at least " + std::to_string(copies) + " nodes");
}

std::uint32_t reversed(std::uint32_t node, std::uint32_t bits) {
  std::uint32_t result = 0;
  for (std::uint32_t i = 0; i < bits; ++i) result |= (node >> i & 1U) << (bits - 1 - i);
  return result;
}

/// Where a permutation sends the packets of `node`; nothing for patterns that draw.
std::optional<std::uint32_t> permuted(Pattern pattern, const Chip& chip, std::uint32_t node) {
  const std::uint32_t nodes = chip.tile_count();
  const auto bits = static_cast<std::uint32_t>(std::countr_zero(nodes));
  const auto [x, y] = chip.position_of(TileId{node});
  const auto moved = [&, px = x, py = y](std::uint32_t dx, std::uint32_t dy) {
    return static_cast<std::uint32_t>(index_of(
        chip.tile_at({(px + dx) % chip.topology.width, (py + dy) % chip.topology.height})));
  };
  switch (pattern) {
    case Pattern::Transpose:
      return x * chip.topology.width + y;
    case Pattern::BitComplement:
      return nodes - 1 - node;
    case Pattern::BitReversal:
      return reversed(node, bits);
    case Pattern::Tornado:
      return moved((chip.topology.width + 1) / 2 - 1, (chip.topology.height + 1) / 2 - 1);
    case Pattern::Shuffle:
      return bits == 0 ? 0 : (node << 1 | node >> (bits - 1)) & (nodes - 1);
    case Pattern::Neighbour:
      return moved(1, 1);
    case Pattern::Uniform:
    case Pattern::Hotspot:
    case Pattern::Multicast:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::uint32_t key_of(const Chip& chip, std::uint32_t node) {
  const auto [x, y] = chip.position_of(TileId{node});
  return y << bits_for(chip.topology.width) | x;
}

std::uint32_t key_bits(const Chip& chip) {
  return bits_for(chip.topology.width) + bits_for(chip.topology.height);
}

const std::vector<std::string>& pattern_names() {
  static const std::vector<std::string> names = {"uniform",
                                                 "transpose",
                                                 "bit_complement",
                                                 "bit_reversal",
                                                 "tornado",
                                                 "shuffle",
                                                 "neighbour",
                                                 "hotspot",
                                                 "multicast"};
  return names;
}

const std::string& name_of(Pattern pattern) {
  return pattern_names().at(static_cast<std::size_t>(pattern));
}

Pattern pattern_of(const std::string& name) {
  const auto& names = pattern_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw InputError(
        "", "", "there is no pattern '" + name + "'; known: " + comma_separated(names));
  return static_cast<Pattern>(found - names.begin());
}

void check_offered(double offered) {
  if (!(offered > 0 && offered <= 1))
    throw InputError("",
                     "",
                     "offered is " + number_text(offered) +
                         ", allowed is above 0 and at most 1 packet per node and cycle");
}

Traffic::Traffic(const Chip& chip, Pattern pattern, double offered, Seed seed)
    : pattern_(pattern),
      hot_node_(static_cast<std::uint32_t>(
          index_of(chip.tile_at({chip.topology.width / 2, chip.topology.height / 2})))),
      log_of_none_(std::log1p(-offered)),
      gap_(seed, "noc.gap"),
      destination_(seed, "noc.destination"),
      hot_(seed, "noc.hotspot") {
  check_offered(offered);
  find_nodes(chip);
  check_defined(pattern, chip, nodes_.size(), copies());
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile) {
    keys_.push_back(key_of(chip, tile));
    if (const auto to = permuted(pattern, chip, tile)) fixed_.push_back(*to);
  }
  if (is_multicast()) draw_groups(seed);
}

void Traffic::find_nodes(const Chip& chip) {
  const Grid grid(chip.topology);
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile)
    if (node_slot(grid, TileId{tile})) nodes_.push_back(tile);
}

// The first distinct ones of a sequence of draws.
void Traffic::draw_groups(Seed seed) {
  const RandomStream members(seed, "noc.group");
  const auto count = static_cast<std::uint32_t>(nodes_.size());
  groups_.resize(keys_.size());
  for (const std::uint32_t node : nodes_) {
    std::vector<std::uint32_t>& group = groups_[node];
    for (std::uint32_t draw = 0; group.size() < kMulticastCopies; ++draw) {
      const std::uint32_t member = nodes_[members.below(count, node, draw)];
      if (std::find(group.begin(), group.end(), member) == group.end()) group.push_back(member);
    }
  }
}

// Cycles without a packet before one: geometric, by inversion of a number in (0, 1].
std::uint32_t Traffic::gap(std::uint32_t node, std::uint32_t packet) const {
  const double drawn = gap_.unit(node, packet) + 0x1p-32;
  constexpr double kLongest = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(kLongest, std::log(drawn) / log_of_none_));
}

/// The node that the packet's key names.
std::uint32_t Traffic::addressed(std::uint32_t node, std::uint32_t packet) const {
  if (is_multicast()) return node;
  if (!fixed_.empty()) return fixed_[node];
  if (pattern_ == Pattern::Hotspot && hot_.unit(node, packet) < kHotFraction) return hot_node_;
  return nodes_[destination_.below(static_cast<std::uint32_t>(nodes_.size()), node, packet)];
}

Creation Traffic::next(std::uint32_t node, Cursor& cursor) const {
  const Cycle cycle = cursor.from + gap(node, cursor.packets);
  const std::uint32_t key = keys_[addressed(node, cursor.packets)];
  cursor = {cursor.packets + 1, cycle + 1};
  return {cycle, key};
}

}  // namespace spikeloom::noc
