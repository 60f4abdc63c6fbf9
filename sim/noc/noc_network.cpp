#include "sim/noc/noc_network.hpp"

#include <algorithm>

namespace spikeloom::noc {

using chip_sim::BlockId;

void PacketSource::commit(Cycle now) {
  if (!sends_) return;
  to_router_.send({.key = next_->key, .injected = next_->cycle}, now);
  next_ = creations_(node_);
}

Cycle PacketSource::next_move(Cycle now) {
  if (!next_) return kNever;
  const Cycle earliest = std::max(next_->cycle, now) + 1;
  return earliest > now + 1 ? earliest : std::max(earliest, to_router_.await_credit());
}

void PacketSink::commit(Cycle now) {
  if (!takes_) return;
  delivered_(node_, from_router_.head(), from_router_.arrived_at());
  from_router_.pop(now);
}

std::optional<std::uint32_t> node_slot(const Grid& grid, TileId tile) {
  for (std::uint32_t slot = 0; slot < grid.topology().cores_per_tile; ++slot)
    if (grid.has_core(tile, slot)) return slot;
  return std::nullopt;
}

NocNetwork::NocNetwork(const Chip& chip,
                       const Mapping& mapping,
                       Creations creations,
                       Delivered delivered)
    : fabric_(chip, mapping),
      creations_(std::move(creations)),
      delivered_(std::move(delivered)),
      node_of_block_(std::size_t{chip.tile_count()} * fabric_.blocks().per_tile(), nullptr) {
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile)
    if (const auto slot = node_slot(fabric_.grid(), TileId{tile})) add_node(tile, *slot);
}

void NocNetwork::add_node(std::uint32_t tile, std::uint32_t slot) {
  const BlockId block = fabric_.blocks().core(tile, slot);
  const Node node{block,
                  PacketSource(tile, creations_, fabric_.from_core(block)),
                  PacketSink(tile, delivered_, fabric_.to_core(block))};
  node_of_block_[block] = &nodes_.emplace(tile, node).first->second;
  const Cycle first = node.source.waiting_since();
  if (first != kNever) fabric_.agenda().wake(block, first + 1);
}

void NocNetwork::sleep(Node& node) {
  const Cycle earliest = std::min(node.source.next_move(now_), node.sink.next_move(now_));
  if (earliest != kNever) fabric_.agenda().wake(node.block, earliest);
}

void NocNetwork::run_cycle() {
  due_routers_.clear();
  due_nodes_.clear();
  fabric_.agenda().take(now_, [this](BlockId block) {
    if (Node* node = node_of_block_[block])
      due_nodes_.push_back(node);
    else
      due_routers_.push_back(&fabric_.tile(block / fabric_.blocks().per_tile()).router);
  });
  for (chip_sim::Router* router : due_routers_) router->evaluate(now_);
  for (Node* node : due_nodes_) {
    node->source.evaluate(now_);
    node->sink.evaluate(now_);
  }
  for (chip_sim::Router* router : due_routers_) router->commit(now_);
  for (Node* node : due_nodes_) {
    node->source.commit(now_);
    node->sink.commit(now_);
    sleep(*node);
  }
}

void NocNetwork::run_to(Cycle end) {
  for (; now_ < end; now_ = std::min(end, fabric_.agenda().next())) run_cycle();
}

std::string NocNetwork::drain() {
  for (auto& [tile, node] : nodes_) node.source.close();
  while (fabric_.agenda().next() != kNever) {
    now_ = fabric_.agenda().next();
    run_cycle();
  }
  return fabric_.balance().in_flight == 0 ? "" : fabric_.waiting_cycle(now_);
}

}  // namespace spikeloom::noc
