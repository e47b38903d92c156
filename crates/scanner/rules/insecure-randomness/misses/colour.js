const hue = Math.random() * 360;
