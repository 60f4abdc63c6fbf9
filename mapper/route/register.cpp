#include "mapper/route/router.hpp"

namespace spikeloom {

Registry<Router> routers() {
  return {{"west_first", make_west_first_router}, {"xy_tree", make_xy_tree_router}};
}

}  // namespace spikeloom
