// Trees for chips whose routers drop packets that wait too long: nothing is forbidden.

#include "mapper/route/tree_search.hpp"

namespace spikeloom {
namespace {

class SteinerRouter : public Router {
 public:
  explicit SteinerRouter(const Chip& chip)
      : Router(chip), search_(grid_, whole_chip_link_cost(chip)) {}
  std::optional<RouteTree> route(const RoutingTask& task) const override {
    return search_.join_nearest_first(task);
  }

 private:
  TreeSearch search_;
};

class ShortestRouter : public Router {
 public:
  explicit ShortestRouter(const Chip& chip)
      : Router(chip), search_(grid_, whole_chip_link_cost(chip)) {}
  std::optional<RouteTree> route(const RoutingTask& task) const override {
    return search_.shortest_ways(task);
  }

 private:
  TreeSearch search_;
};

}  // namespace

std::unique_ptr<Router> make_steiner_router(const Chip& chip) {
  return std::make_unique<SteinerRouter>(chip);
}

std::unique_ptr<Router> make_shortest_router(const Chip& chip) {
  return std::make_unique<ShortestRouter>(chip);
}

}  // namespace spikeloom
