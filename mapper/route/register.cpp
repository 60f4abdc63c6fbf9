#include "mapper/route/router.hpp"

namespace spikeloom {

RouterRegistry routers() {
  return {{"west_first", make_west_first_router},
          {"dimension_order", make_dimension_order_router},
          {"up_down", make_up_down_router},
          {"steiner", make_steiner_router},
          {"shortest", make_shortest_router},
          {"xy_tree", make_xy_tree_router}};
}

std::vector<std::string> router_names() {
  std::vector<std::string> names = names_of(routers());
  names.insert(names.begin(), kAutomatic);
  return names;
}

}  // namespace spikeloom
