  sl_observe_tile #(
    .Cores   (Cores),
    .Channels(Channels)
  ) u_observe (
    .clk_i,
    .rst_ni,
    .clear_i,
    .tile_i,
    .send_i    (send),
    .leaving_i (leaving),
    .push_i    (push),
    .arriving_i(arriving)
  );
