#include "mapper/route/group_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mapper/place/tile_distance.hpp"
#include "models/mapping/deadlock.hpp"

namespace spikeloom {
namespace {

/// Follows the tree from its root.
void add_dependencies(const Chip& chip,
                      const Grid& grid,
                      const RouteTree& tree,
                      ChannelDependencies& dependencies) {
  std::vector<std::pair<TileId, std::uint32_t>> open = {{tree.nodes().front().tile, 0}};
  while (!open.empty()) {
    const auto [tile, channel] = open.back();
    open.pop_back();
    const TreeNode& node = tree.at(tile);
    for (std::uint32_t l = 0; l < kLinkCount; ++l) {
      const auto link = static_cast<Port>(l);
      if ((node.route & bit_of(link)) == 0) continue;
      dependencies.add(tile, node.arrival, channel, link);
      open.push_back({*grid.neighbour(tile, link),
                      channel_after(chip, grid, tile, node.arrival, channel, link)});
    }
  }
}

class GroupRouting {
 public:
  explicit GroupRouting(const RoutingProblem& problem)
      : problem_(problem), grid_(problem.chip.topology), distance_(problem.chip) {}

  /// The routes of one router, if it finds all.
  struct Result {
    GroupRoutes routes;
    double links = 0;  ///< those that packets take, if every neuron spikes once
    bool circular = false;
    const PacketGroup* without_way = nullptr;
  };

  Result route_all(const std::string& name) const {
    Result result;
    result.routes.router = name;
    result.routes.passing.resize(problem_.chip.tile_count());
    const auto router = make_stage(routers(), name, problem_.chip);
    router->prepare(tasks());
    ChannelDependencies dependencies(problem_.chip, grid_);
    for (const PacketGroup& group : problem_.plan.groups) {
      const auto tree = route(*router, group);
      if (!tree) {
        result.without_way = &group;
        return result;
      }
      add_dependencies(problem_.chip, grid_, *tree, dependencies);
      result.links += group.senders * static_cast<double>(tree->links());
      const std::uint32_t key = problem_.key_base[group.source] | group.first;
      for (const TreeNode& node : tree->nodes())
        result.routes.passing[node.tile].push_back(
            {key, ~(group.size - 1), node.route, node.arrival});
    }
    result.circular = !dependencies.cycle().empty();
    return result;
  }

  [[noreturn]] void fail(const std::string& router, const PacketGroup& group) const {
    const TilePosition at = problem_.chip.position_of(task_of(group).source);
    throw InputError(problem_.file,
                     "",
                     fmt::format("router {} finds no way for packets from tile ({}, {}) past dead "
                                 "links; {} does",
                                 router,
                                 at.x,
                                 at.y,
                                 kAutomatic));
  }

 private:
  bool is_core(std::uint32_t source) const { return source < problem_.place_of_core.size(); }
  TileId tile_of_port(std::uint32_t port) const {
    return problem_.chip.tile_at(problem_.chip.io.ports[port]);
  }

  std::vector<RoutingTask> tasks() const {
    std::vector<RoutingTask> tasks;
    for (const PacketGroup& group : problem_.plan.groups) tasks.push_back(task_of(group));
    return tasks;
  }

  RoutingTask task_of(const PacketGroup& group) const {
    RoutingTask task;
    if (is_core(group.source)) {
      const CorePlace place = problem_.place_of_core[group.source];
      task.source = place.tile;
      task.entry = core_port(place.slot);
    } else {
      const auto input = group.source - problem_.place_of_core.size();
      task.source = tile_of_port(problem_.plan.inputs[input].port);
      task.entry = Port::Io;
    }
    for (const std::uint32_t core : group.cores)
      task.targets.push_back(problem_.place_of_core[core].tile);
    if (group.to_io) task.targets.push_back(nearest_port(task.source));
    std::sort(task.targets.begin(), task.targets.end());
    task.targets.erase(std::unique(task.targets.begin(), task.targets.end()), task.targets.end());
    return task;
  }

  TileId nearest_port(TileId source) const {
    const auto distance = [&](std::uint32_t port) {
      return distance_(problem_.chip.position_of(source), problem_.chip.io.ports[port]);
    };
    const auto& ports = problem_.usable.ports();
    return tile_of_port(
        *std::min_element(ports.begin(), ports.end(), [&](std::uint32_t a, std::uint32_t b) {
          return distance(a) < distance(b);
        }));
  }

  std::optional<RouteTree> route(const Router& router, const PacketGroup& group) const {
    const RoutingTask task = task_of(group);
    std::optional<RouteTree> tree = router.route(task);
    if (!tree) return tree;
    for (const std::uint32_t core : group.cores)
      tree->deliver(problem_.place_of_core[core].tile,
                    core_port(problem_.place_of_core[core].slot));
    if (group.to_io) tree->deliver(nearest_port(task.source), Port::Io);
    return tree;
  }

  const RoutingProblem& problem_;
  Grid grid_;
  TileDistance distance_;
};

std::string usual_router(const Chip& chip) {
  if (chip.router.blocked) return "steiner";
  return chip.topology.kind == TopologyKind::Mesh ? "west_first" : "dimension_order";
}

GroupRoutes route_automatically(const RoutingProblem& problem) {
  const GroupRouting routing(problem);
  const std::string usual = usual_router(problem.chip);
  const bool lossless = !problem.chip.router.blocked;
  const auto fits = [&](const GroupRouting::Result& result) {
    return result.without_way == nullptr && !(lossless && result.circular);
  };
  std::optional<GroupRouting::Result> best = routing.route_all(usual);
  if (fits(*best)) return std::move(best->routes);
  best.reset();
  for (const std::string& name : names_of(routers())) {
    if (name == usual) continue;
    GroupRouting::Result result = routing.route_all(name);
    if (fits(result) && (!best || result.links < best->links)) best = std::move(result);
  }
  SPIKELOOM_CHECK(best.has_value(), "up_down routes every connected chip without a circle");
  return std::move(best->routes);
}

}  // namespace

GroupRoutes route_groups(const RoutingProblem& problem, const std::string& router) {
  if (router == kAutomatic) return route_automatically(problem);
  const GroupRouting routing(problem);
  GroupRouting::Result result = routing.route_all(router);
  if (result.without_way != nullptr) routing.fail(router, *result.without_way);
  return std::move(result.routes);
}

}  // namespace spikeloom
