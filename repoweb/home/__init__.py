"""The pages /home, /sitemap and /stat."""
