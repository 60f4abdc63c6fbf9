#include "models/mapping/deadlock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kMostChannels = 2;
constexpr std::size_t kMostNamed = 12;  ///< channels of a circle that are named

}  // namespace

std::uint32_t channel_after(const Chip& chip,
                            const Grid& grid,
                            TileId tile,
                            Port arrival,
                            std::uint32_t channel,
                            Port link) {
  if (chip.router.virtual_channels == 1) return 0;
  if (grid.crosses_dateline(tile, link)) return 1;
  return is_link(arrival) && axis_of(arrival) == axis_of(link) ? channel : 0;
}

ChannelDependencies::ChannelDependencies(const Chip& chip, const Grid& grid)
    : chip_(chip),
      grid_(grid),
      makes_detours_(chip.router.blocked && chip.router.blocked->makes_detours()),
      next_(std::size_t{grid.tiles()} * kLinkCount * kMostChannels) {}

ChannelDependencies::Node ChannelDependencies::node_of(TileId tile,
                                                       Port arrival,
                                                       std::uint32_t channel) const {
  return (static_cast<std::uint32_t>(tile) * kLinkCount + index_of(arrival)) * kMostChannels +
         channel;
}

Channel ChannelDependencies::channel_of(Node node) const {
  const TileId behind{node / kMostChannels / kLinkCount};
  const auto arrival = static_cast<Port>(node / kMostChannels % kLinkCount);
  return {*grid_.neighbour(behind, arrival), opposite(arrival), node % kMostChannels};
}

template <typename Visit>
void ChannelDependencies::for_each_next(Node node, const Visit& visit) const {
  const TileId tile{node / kMostChannels / kLinkCount};
  for (std::uint32_t bits = next_[node]; bits != 0; bits &= bits - 1) {
    const auto bit = static_cast<std::uint32_t>(std::countr_zero(bits));
    const auto link = static_cast<Port>(bit / kMostChannels);
    visit(node_of(*grid_.neighbour(tile, link), opposite(link), bit % kMostChannels));
  }
}

ChannelDependencies::Holders ChannelDependencies::holders(TileId tile,
                                                          Port arrival,
                                                          std::uint32_t channel) const {
  if (!is_link(arrival)) return {};
  Holders holders{{node_of(tile, arrival, channel)}, 1};
  if (!makes_detours_) return holders;
  const TileId behind = *grid_.neighbour(tile, arrival);
  if (const auto way = grid_.detour(behind, opposite(arrival)))
    holders.nodes[holders.count++] = node_of(tile, opposite(way->second), channel);
  return holders;
}

void ChannelDependencies::wait(Node node, Port link, std::uint32_t channel) {
  const std::uint32_t bit = 1U << (index_of(link) * kMostChannels + channel);
  next_[node] = static_cast<std::uint16_t>(next_[node] | bit);
}

void ChannelDependencies::add(TileId tile, Port arrival, std::uint32_t channel, Port link) {
  const Holders held = holders(tile, arrival, channel);
  const std::uint32_t next = channel_after(chip_, grid_, tile, arrival, channel, link);
  for (std::size_t i = 0; i < held.count; ++i) wait(held.nodes[i], link, next);
  if (!makes_detours_) return;
  if (const auto way = grid_.detour(tile, link)) add_detour(*way, held, next);
}

/// Both legs are crossed in the channel that the link itself would have had.
void ChannelDependencies::add_detour(const DetourWay& way,
                                     const Holders& holders,
                                     std::uint32_t channel) {
  for (std::size_t i = 0; i < holders.count; ++i) wait(holders.nodes[i], way.first, channel);
  wait(node_of(way.corner, opposite(way.first), channel), way.second, channel);
}

void ChannelDependencies::add(const std::vector<PacketHop>& hops) {
  for (const PacketHop& hop : hops) add(hop.tile, hop.arrival, hop.channel, hop.link);
}

std::vector<Channel> ChannelDependencies::cycle() const {
  const auto left = left_after_all_can_move();
  if (std::find(left.begin(), left.end(), 1) == left.end()) return {};
  std::vector<Channel> channels;
  for (const Node node : shortest_cycle(node_on_cycle(left))) channels.push_back(channel_of(node));
  return channels;
}

std::vector<std::uint32_t> ChannelDependencies::waiting_counts() const {
  std::vector<std::uint32_t> waiting(next_.size());
  for (Node node = 0; node < next_.size(); ++node)
    for_each_next(node, [&](Node to) { ++waiting[to]; });
  return waiting;
}

/// Takes away channels that none waits for, again and again: circles are left, and what only they
/// wait for.
std::vector<std::uint8_t> ChannelDependencies::left_after_all_can_move() const {
  std::vector<std::uint32_t> waiting = waiting_counts();
  std::vector<std::uint8_t> left(next_.size(), 1);
  std::vector<Node> free;
  for (Node node = 0; node < next_.size(); ++node)
    if (waiting[node] == 0) free.push_back(node);
  while (!free.empty()) {
    const Node node = free.back();
    free.pop_back();
    left[node] = 0;
    for_each_next(node, [&](Node to) {
      if (--waiting[to] == 0) free.push_back(to);
    });
  }
  return left;
}

/// Everyone who is left is waited for by somebody who is left: going back ends in a circle.
ChannelDependencies::Node ChannelDependencies::node_on_cycle(
    const std::vector<std::uint8_t>& left) const {
  std::vector<Node> before(next_.size());
  for (Node node = 0; node < next_.size(); ++node)
    if (left[node] != 0) for_each_next(node, [&](Node to) { before[to] = node; });
  auto node = static_cast<Node>(std::find(left.begin(), left.end(), 1) - left.begin());
  for (std::size_t step = 0; step < next_.size(); ++step) node = before[node];
  return node;
}

std::vector<ChannelDependencies::Node> ChannelDependencies::shortest_cycle(Node start) const {
  std::vector<std::uint8_t> seen(next_.size());
  std::vector<Node> from(next_.size()), found = {start};
  bool closed = false;
  for (std::size_t i = 0; i < found.size() && !closed; ++i)
    for_each_next(found[i], [&](Node to) {
      if (seen[to] != 0) return;
      seen[to] = 1;
      from[to] = found[i];
      found.push_back(to);
      closed = closed || to == start;
    });
  SPIKELOOM_CHECK(closed, "a node on a circle comes back to itself");
  std::vector<Node> cycle = {start};
  for (Node node = from[start]; node != start; node = from[node]) cycle.push_back(node);
  std::reverse(cycle.begin(), cycle.end());
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
  return cycle;
}

std::string describe(const std::vector<Channel>& cycle, const Chip& chip) {
  std::string text;
  for (std::size_t i = 0; i < std::min(cycle.size(), kMostNamed); ++i) {
    const TilePosition at = chip.position_of(cycle[i].tile);
    text +=
        fmt::format("{}tile ({}, {}) {}", i == 0 ? "" : ", ", at.x, at.y, name_of(cycle[i].link));
    if (chip.router.virtual_channels > 1)
      text += fmt::format(" channel {}", cycle[i].virtual_channel);
  }
  if (cycle.size() > kMostNamed) text += fmt::format(" and {} more", cycle.size() - kMostNamed);
  return text;
}

std::string cure_of_circles(const Chip& chip) {
  const bool channels_help = chip.topology.wraps() && chip.router.virtual_channels == 1;
  return std::string("give the chip ") + (channels_help ? "2 virtual_channels or " : "") +
         "a rule for blocked packets";
}

}  // namespace spikeloom
