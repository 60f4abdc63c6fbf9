#pragma once
// The chip model's own routers and links between packet sources and sinks instead of cores. A plain
// loop over the two phases hosts them.

#include <functional>
#include <map>
#include <optional>

#include "sim/chip/fabric.hpp"

namespace spikeloom::noc {

using chip_sim::Channel;
using chip_sim::Cycle;
using chip_sim::kNever;
using chip_sim::Packet;

/// A packet that a node makes.
struct Creation {
  Cycle cycle;
  std::uint32_t key;
};
/// The next packet that `node` makes, if there is one more. Their cycles ascend.
using Creations = std::function<std::optional<Creation>(std::uint32_t node)>;
/// The core of `node` takes a packet that is in its input queue since `arrival`; packet.injected is
/// the cycle of its creation.
using Delivered = std::function<void(std::uint32_t node, const Packet& packet, Cycle arrival)>;

/// Packets wait here without bound until the router takes them. A packet created in cycle t may
/// leave in t + 1. What waits is not stored: it is made when it is sent.
class PacketSource {
 public:
  PacketSource(std::uint32_t node, const Creations& creations, Channel& to_router)
      : node_(node), creations_(creations), to_router_(to_router), next_(creations(node)) {}

  void evaluate(Cycle now) { sends_ = next_ && next_->cycle < now && to_router_.can_send(now); }
  void commit(Cycle now);
  /// When it may send next, after `now`; kNever if not before it is woken.
  Cycle next_move(Cycle now);
  /// Makes no more packets, not even those that wait.
  void close() { next_.reset(); }
  /// The cycle of the first creation that has not been sent, kNever if there is none.
  Cycle waiting_since() const { return next_ ? next_->cycle : kNever; }

 private:
  std::uint32_t node_;
  const Creations& creations_;
  Channel& to_router_;
  std::optional<Creation> next_;
  bool sends_ = false;
};

/// Takes a packet per cycle.
class PacketSink {
 public:
  PacketSink(std::uint32_t node, const Delivered& delivered, Channel& from_router)
      : node_(node), delivered_(delivered), from_router_(from_router) {}

  void evaluate(Cycle now) { takes_ = from_router_.eligible_at() <= now; }
  void commit(Cycle now);
  Cycle next_move(Cycle now) const { return std::max(from_router_.eligible_at(), now + 1); }

 private:
  std::uint32_t node_;
  const Delivered& delivered_;
  Channel& from_router_;
  bool takes_ = false;
};

/// Nodes are tiles: the number of the lowest core of a tile that works, nothing if none does.
std::optional<std::uint32_t> node_slot(const Grid& grid, TileId tile);

/// The chip's fabric with a source and a sink per node.
class NocNetwork {
 public:
  /// `chip` and `mapping` outlive it; the mapping has tables and no cores.
  NocNetwork(const Chip& chip, const Mapping& mapping, Creations creations, Delivered delivered);

  Cycle now() const { return now_; }
  /// Runs up to the cycle `end`, which is the next one.
  void run_to(Cycle end);
  /// Makes no more packets and runs until none moves. Empty if all have arrived; else the queues
  /// whose heads wait for each other, as Fabric::waiting_cycle() writes them.
  std::string drain();
  /// Copies of packets that routers have dropped for good.
  std::uint64_t dropped() const { return fabric_.blocked_activity().lost; }
  /// The first creation of `node` that has not been sent, kNever if there is none.
  Cycle waiting_since(std::uint32_t node) const { return nodes_.at(node).source.waiting_since(); }

 private:
  struct Node {
    chip_sim::BlockId block;  // the core whose place it takes
    PacketSource source;
    PacketSink sink;
  };

  void add_node(std::uint32_t tile, std::uint32_t slot);
  void run_cycle();
  void sleep(Node& node);

  chip_sim::Fabric fabric_;
  Creations creations_;
  Delivered delivered_;
  std::map<std::uint32_t, Node> nodes_;  // by tile
  std::vector<Node*> node_of_block_;     // nullptr for routers
  Cycle now_ = 0;
  std::vector<chip_sim::Router*> due_routers_;
  std::vector<Node*> due_nodes_;
};

}  // namespace spikeloom::noc
